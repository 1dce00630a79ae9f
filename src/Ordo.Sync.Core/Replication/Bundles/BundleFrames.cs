using System.Buffers.Binary;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>Reads the frames of a bundle from a file, passes over what is damaged, and finds the next whole frame behind it.</summary>
internal sealed class BundleFrames(Stream input, BundlePrelude prelude, BundleCipher? cipher)
{
    private const int ScanBytes = 64 * 1024;

    private readonly List<BundleDamage> _damage = [];
    private long _position = BundlePrelude.SizeBytes;

    /// <summary>The stretches that could not be read.</summary>
    public IReadOnlyList<BundleDamage> Damage => _damage;

    /// <summary>Whether the bundle's last frame was met.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Reads the next whole frame; <see langword="null"/> at the end of the file.</summary>
    public async ValueTask<(BundleFrameHead Head, long Offset, byte[] Body)?> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[BundleFrameHead.SizeBytes];
        while (true)
        {
            long offset = _position;
            int read = await ReadAtAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            BundleFrameHead head = default;
            byte[]? body = read == bytes.Length && BundleFrameHead.TryRead(bytes, prelude.Bundle, out head)
                ? await ReadBodyAsync(offset, head, cancellationToken).ConfigureAwait(false)
                : null;
            if (body is null)
            {
                // Its length says nothing about where the next one begins: bytes may be lost.
                _position = await FindAsync(offset + 1, cancellationToken).ConfigureAwait(false);
                _damage.Add(new BundleDamage(offset, _position - offset));
                continue;
            }

            _position = offset + BundleFrameHead.SizeBytes + head.Length + BundleFrameHead.CheckBytes;
            HasEnd |= head.Kind == BundleFrameKind.End;
            return (head, offset, body);
        }
    }

    /// <summary>Reads a frame again that was read before.</summary>
    public async ValueTask<byte[]?> ReadAgainAsync(long offset, CancellationToken cancellationToken)
    {
        var bytes = new byte[BundleFrameHead.SizeBytes];
        int read = await ReadAtAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
        return read == bytes.Length && BundleFrameHead.TryRead(bytes, prelude.Bundle, out BundleFrameHead head)
            ? await ReadBodyAsync(offset, head, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async ValueTask<byte[]?> ReadBodyAsync(long offset, BundleFrameHead head, CancellationToken cancellationToken)
    {
        // What the head announces is not allocated before the file is known to hold it.
        long end = offset + BundleFrameHead.SizeBytes + head.Length + BundleFrameHead.CheckBytes;
        if (end > input.Length)
        {
            return null;
        }

        var stored = new byte[head.Length + BundleFrameHead.CheckBytes];
        int read = await ReadAtAsync(offset + BundleFrameHead.SizeBytes, stored, cancellationToken).ConfigureAwait(false);
        if (read < stored.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(stored.AsSpan(head.Length))
                != BundleFrameHead.Check(prelude.Bundle, stored.AsSpan(0, head.Length)))
        {
            return null;
        }

        return cipher is null ? stored[..head.Length] : cipher.Open(head.Kind, head.Number, stored.AsSpan(0, head.Length));
    }

    // The next place that looks like a frame of this bundle; the end of the file where there is none.
    private async ValueTask<long> FindAsync(long from, CancellationToken cancellationToken)
    {
        var window = new byte[ScanBytes];
        while (from < input.Length)
        {
            int read = await ReadAtAsync(from, window, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i + BundleFrameHead.SizeBytes <= read; i++)
            {
                int next = window.AsSpan(i, read - i).IndexOf(BundleFrameHead.Marker);
                if (next < 0 || i + next + BundleFrameHead.SizeBytes > read)
                {
                    break;
                }

                i += next;
                if (BundleFrameHead.TryRead(window.AsSpan(i, read - i), prelude.Bundle, out _))
                {
                    return from + i;
                }
            }

            if (read < window.Length)
            {
                return input.Length;
            }

            // A head may stand across two windows.
            from += read - BundleFrameHead.SizeBytes + 1;
        }

        return input.Length;
    }

    private async ValueTask<int> ReadAtAsync(long offset, byte[] bytes, CancellationToken cancellationToken)
    {
        input.Position = offset;
        return await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
    }
}
