"""Where all parts meet: assembly, reactions, commands, automatic policies."""
