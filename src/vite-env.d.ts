/** @file What Vite gives beside TypeScript: files as text, as addresses, and as workers. */
/// <reference types="vite/client" />
