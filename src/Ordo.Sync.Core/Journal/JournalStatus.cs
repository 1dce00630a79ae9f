using Ordo.Sync.Causality;

namespace Ordo.Sync.Journal;

/// <summary>How much waits for acknowledgement.</summary>
/// <param name="PendingCount">The number of journaled operations.</param>
/// <param name="PendingBytes">Their size in the journal in bytes.</param>
/// <param name="Oldest">The timestamp of the first of them; <see langword="null"/> where none waits.</param>
public sealed record JournalStatus(long PendingCount, long PendingBytes, HybridTimestamp? Oldest)
{
    /// <summary>What two journals hold together.</summary>
    public JournalStatus With(JournalStatus other)
    {
        ArgumentNullException.ThrowIfNull(other);
        HybridTimestamp? oldest = Oldest is { } here && other.Oldest is { } there
            ? (here < there ? here : there)
            : Oldest ?? other.Oldest;
        return new JournalStatus(PendingCount + other.PendingCount, PendingBytes + other.PendingBytes, oldest);
    }
}
