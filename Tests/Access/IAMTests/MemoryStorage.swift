import Base
import IAM

/// Files in memory that fail or end, as a process does, at a chosen call.
final class MemoryStorage: IAMStorage {
    enum Fault: Sendable, Equatable {
        case none
        /// This call fails and later ones succeed. `hasEffect` says whether it took place all the same.
        case failure(call: Int, hasEffect: Bool)
        /// From this call on nothing reaches the files. `hasEffect` is about the call itself.
        case crash(call: Int, hasEffect: Bool)
    }

    private struct State {
        var files: [String: [UInt8]] = [:]
        var errors: [String: IAMStorageError] = [:]
        var fault = Fault.none
        var callCount = 0
        var listError: IAMStorageError?
    }

    private let state = Locked(State())

    init(_ files: [String: [UInt8]] = [:]) { state.withLock { $0.files = files } }

    var files: [String: [UInt8]] { state.withLock { $0.files } }
    var callCount: Int { state.withLock { $0.callCount } }

    func text(_ path: String) -> String? { files[path].map { String(decoding: $0, as: UTF8.self) } }
    func put(_ text: String, at path: String) { state.withLock { $0.files[path] = Array(text.utf8) } }
    func put(_ bytes: [UInt8], at path: String) { state.withLock { $0.files[path] = bytes } }
    func setError(_ error: IAMStorageError?, at path: String) { state.withLock { $0.errors[path] = error } }
    func setListError(_ error: IAMStorageError?) { state.withLock { $0.listError = error } }

    /// Calls are counted from 1 on again.
    func setFault(_ fault: Fault) {
        state.withLock { state in (state.fault, state.callCount) = (fault, 0) }
    }

    private func change(_ body: (inout [String: [UInt8]]) -> Void) throws(IAMStorageError) {
        try state.withLock { state throws(IAMStorageError) in
            state.callCount += 1
            switch state.fault {
            case .none: body(&state.files)
            case .failure(let call, let hasEffect):
                if state.callCount != call || hasEffect { body(&state.files) }
                if state.callCount == call { throw .unavailable("call \(call)") }
            case .crash(let call, let hasEffect):
                if state.callCount < call || state.callCount == call && hasEffect { body(&state.files) }
                if state.callCount >= call { throw .unavailable("crashed at call \(call)") }
            }
        }
    }

    func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
        try state.withLock { state throws(IAMStorageError) in
            if let error = state.errors[path] { throw error }
            return state.files[path]
        }
    }

    func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) {
        try change { $0[path] = bytes }
    }

    func remove(_ path: String) async throws(IAMStorageError) { try change { $0[path] = nil } }

    func list(_ prefix: String) async throws(IAMStorageError) -> [String] {
        try state.withLock { state throws(IAMStorageError) in
            if let error = state.listError { throw error }
            return state.files.keys.filter { $0.hasPrefix(prefix) }
        }
    }
}
