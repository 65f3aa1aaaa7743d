/// Why a key cannot be made. A signature that does not verify is an answer, not an error.
package enum CryptographyError: Error, Equatable, Sendable {
    /// The modulus of an RSA key is shorter or longer than is safe to use.
    case rsaModulusSize(bits: Int, bitsMin: Int, bitsMax: Int)
    /// Such a modulus is no product of two primes.
    case rsaModulusIsEven
    /// Even, below 3, or above 2³¹ − 1.
    case rsaExponentNotAllowed
    /// A coordinate of a point, or an encoded point, in bytes.
    case coordinateSize(size: Int, expected: Int)
    /// The coordinates name no point of the curve.
    case pointNotOnCurve
    /// The system has not this much memory for a derivation, in bytes.
    case noMemory(size: Int)
    /// The system starts no more threads.
    case noThread
}
