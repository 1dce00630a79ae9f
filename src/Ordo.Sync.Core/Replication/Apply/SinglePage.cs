using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Apply;

/// <summary>A batch of one page.</summary>
/// <param name="bytes">The page.</param>
public sealed class SinglePage(ReadOnlyMemory<byte> bytes) : IPageSource
{
    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public ValueTask<PageReader> OpenAsync(int number, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(PageReader.Open(bytes));
}
