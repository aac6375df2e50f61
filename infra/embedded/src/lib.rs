//! The embedded engines: Log and Store on fjall, in one folder.
