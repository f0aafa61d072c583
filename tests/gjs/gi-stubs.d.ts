// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// As much of GLib's declarations as ours refer to.

declare module 'gi://GLib?version=2.0' {
    namespace GLib {
        class Error {
            readonly code: number;
            readonly message: string;
            matches(domain: unknown, code: number): boolean;
        }
        class MainContext {}
        class Source {}
        enum IOCondition {IN, OUT}
    }
    export default GLib;
}

declare module 'gi://GObject?version=2.0' {
    namespace GObject {
        class Object {}
        interface GType {
            readonly name: string;
        }
    }
    export default GObject;
}

declare module 'gi://Gio?version=2.0' {
    namespace Gio {
        class Cancellable {
            cancel(): void;
        }
        interface AsyncResult {
            get_source_object(): unknown;
        }
    }
    export default Gio;
}
