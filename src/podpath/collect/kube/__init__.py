"""A cluster through the user's own ``kubectl``: contexts, exec credentials, proxies and impersonation are its own business."""
