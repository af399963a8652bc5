"""The staff desk: pages for the clinic's own people below /staff, none of them without a login."""
