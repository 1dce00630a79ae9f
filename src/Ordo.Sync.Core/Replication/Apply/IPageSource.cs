using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Apply;

/// <summary>The pages of one batch, in order; opened one at a time, so that a large transfer never stands in memory.</summary>
public interface IPageSource
{
    /// <summary>The number of pages; at least one.</summary>
    int Count { get; }

    /// <summary>Opens a page.</summary>
    ValueTask<PageReader> OpenAsync(int number, CancellationToken cancellationToken = default);
}
