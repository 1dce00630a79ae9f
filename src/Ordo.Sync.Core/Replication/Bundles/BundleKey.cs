using System.Security.Cryptography;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>What a bundle is encrypted with: a key, or a passphrase that a key is made of. Immutable and thread-safe.</summary>
public sealed class BundleKey
{
    /// <summary>The bytes of a key: 32.</summary>
    public const int SizeBytes = 32;

    /// <summary>The rounds of PBKDF2 (SHA-256) that make a key of a passphrase: 600,000.</summary>
    internal const int PassphraseIterations = 600_000;

    private readonly byte[] _bytes;

    private BundleKey(byte[] bytes, bool isPassphrase)
    {
        _bytes = bytes;
        IsPassphrase = isPassphrase;
    }

    /// <summary>Whether it is a passphrase.</summary>
    internal bool IsPassphrase { get; }

    /// <summary>A key of 32 random bytes.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public static BundleKey FromBytes(ReadOnlySpan<byte> key) => key.Length == SizeBytes
        ? new BundleKey(key.ToArray(), isPassphrase: false)
        : throw new ArgumentException($"A key has {SizeBytes} bytes, this one {key.Length}.", nameof(key));

    /// <summary>A passphrase. Making a key of it takes a moment, on purpose.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static BundleKey FromPassphrase(string passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(passphrase);
        return new BundleKey(System.Text.Encoding.UTF8.GetBytes(passphrase), isPassphrase: true);
    }

    /// <summary>The key of one bundle, so that no two bundles share one.</summary>
    internal byte[] Derive(ReadOnlySpan<byte> salt, int iterations, UInt128 bundle)
    {
        byte[] master = iterations == 0
            ? _bytes
            : Rfc2898DeriveBytes.Pbkdf2(_bytes, salt, iterations, HashAlgorithmName.SHA256, SizeBytes);
        return HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            master,
            SizeBytes,
            salt.ToArray(),
            System.Text.Encoding.UTF8.GetBytes($"ordo-bundle-1 {bundle:x32}"));
    }
}
