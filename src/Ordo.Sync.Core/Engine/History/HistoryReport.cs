using System.Collections.Immutable;

namespace Ordo.Sync.Engine.History;

/// <summary>What a check of a scope's audit history found.</summary>
/// <param name="RecordCount">The records checked.</param>
/// <param name="EntryCount">The entries of the history checked.</param>
/// <param name="Problems">What is wrong, one sentence each, the first 1,000; empty where the history is whole.</param>
public sealed record HistoryReport(long RecordCount, long EntryCount, ImmutableArray<string> Problems)
{
    /// <summary>The entries that whoever runs the hub had collected: the histories are checked from there on.</summary>
    public long CollectedCount { get; init; }

    /// <summary>
    /// From when on every history is whole: entries written before were collected, of some records or of all; <see langword="null"/>
    /// where none was.
    /// </summary>
    public DateTimeOffset? CollectedBefore { get; init; }
}
