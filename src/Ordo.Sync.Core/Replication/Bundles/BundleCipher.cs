using System.Buffers.Binary;
using System.Security.Cryptography;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>Encrypts the frames of one bundle with AES-256-GCM. A frame's number is its nonce; a key serves one bundle only.</summary>
internal sealed class BundleCipher : IDisposable
{
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly AesGcm _aes;
    private readonly UInt128 _bundle;

    public BundleCipher(BundleKey key, BundlePrelude prelude)
    {
        _aes = new AesGcm(key.Derive(prelude.Salt, prelude.Iterations, prelude.Bundle), TagBytes);
        _bundle = prelude.Bundle;
    }

    /// <summary>What opens a bundle; <see langword="null"/> for one that is not encrypted.</summary>
    /// <exception cref="SyncException">It is encrypted, and another kind of key is needed.</exception>
    public static BundleCipher? For(BundlePrelude prelude, BundleKey? key)
    {
        if (!prelude.IsEncrypted)
        {
            return null;
        }

        return key is not null && key.IsPassphrase == (prelude.Iterations > 0)
            ? new BundleCipher(key, prelude)
            : throw new SyncException(
                SyncErrorCode.Unauthorized,
                prelude.Iterations > 0 ? "The bundle is encrypted with a passphrase." : "The bundle is encrypted with a key.",
                "Give what it was exported with.");
    }

    public byte[] Seal(BundleFrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        var output = new byte[body.Length + TagBytes];
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> place = stackalloc byte[21];
        Fill(kind, number, nonce, place);
        _aes.Encrypt(nonce, body, output.AsSpan(0, body.Length), output.AsSpan(body.Length), place);
        return output;
    }

    /// <exception cref="SyncException">The key is another one, or somebody changed the frame.</exception>
    public byte[] Open(BundleFrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> place = stackalloc byte[21];
        Fill(kind, number, nonce, place);
        try
        {
            var output = new byte[Math.Max(0, body.Length - TagBytes)];
            _aes.Decrypt(nonce, body[..output.Length], body[output.Length..], output, place);
            return output;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new SyncException(
                SyncErrorCode.Unauthorized,
                $"Frame {number} of the bundle cannot be decrypted.",
                "Give the key or passphrase that it was exported with.",
                exception);
        }
    }

    public void Dispose() => _aes.Dispose();

    private void Fill(BundleFrameKind kind, uint number, Span<byte> nonce, Span<byte> place)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, number);
        BinaryPrimitives.WriteUInt128BigEndian(place, _bundle);
        place[16] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(place[17..], number);
    }
}
