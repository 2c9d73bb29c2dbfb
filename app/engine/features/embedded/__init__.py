"""The blocks of facts that picture files carry inside them: EXIF, XMP, IPTC, text chunks, color profiles."""
