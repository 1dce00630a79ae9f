using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Apply;

/// <summary>A batch of one page.</summary>
/// <param name="bytes">The page.</param>
/// <param name="payloadBytesMax">The largest payload to accept, in bytes.</param>
public sealed class SinglePage(ReadOnlyMemory<byte> bytes, int payloadBytesMax = ProtocolLimits.PayloadBytesMax)
    : IPageSource
{
    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public ValueTask<PageReader> OpenAsync(int number, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(PageReader.Open(bytes, payloadBytesMax));
}
