"""What people type into our pages, checked field by field."""
