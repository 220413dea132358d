"""Why a packet did not arrive: asked once, after the walk, of the facts that its end carries."""
