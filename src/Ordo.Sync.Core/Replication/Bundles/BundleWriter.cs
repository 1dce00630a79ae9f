using System.Buffers.Binary;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>Writes the frames of a bundle one behind the other.</summary>
internal sealed class BundleWriter(Stream output, BundlePrelude prelude, BundleCipher? cipher)
{
    private uint _number;

    /// <summary>The bytes written.</summary>
    public long Bytes { get; private set; }

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(prelude.ToBytes(), cancellationToken).ConfigureAwait(false);
        Bytes += BundlePrelude.SizeBytes;
    }

    public async ValueTask WriteAsync(BundleFrameKind kind, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> stored = cipher is null ? body : cipher.Seal(kind, _number, body.Span);
        var head = new byte[BundleFrameHead.SizeBytes];
        new BundleFrameHead(kind, _number, stored.Length).Write(head, prelude.Bundle);
        var check = new byte[BundleFrameHead.CheckBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(check, BundleFrameHead.Check(prelude.Bundle, stored.Span));
        await output.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(stored, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(check, cancellationToken).ConfigureAwait(false);
        Bytes += head.Length + stored.Length + check.Length;
        _number = checked(_number + 1);
    }
}
