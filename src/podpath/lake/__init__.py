"""Lakes: captures of any number of nodes and clusters as Parquet files, in a folder or in an object store.

``place`` reads and writes objects, ``layout`` says what they are called and hold, ``push`` writes a node, ``inventory`` finds the
captures that count, ``load`` makes a store of them, ``sums`` what is proven without rows, ``upkeep`` joins and expires.
"""
