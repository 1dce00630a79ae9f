using Ordo.Sync.Causality;

namespace Ordo.Sync.Engine.Writes;

/// <summary>The proof that a write is durable here, and the way to learn what became of it at the hub.</summary>
public sealed class WriteReceipt
{
    private readonly OutcomeBoard _board;

    internal WriteReceipt(string scope, GlobalDot version, OutcomeBoard board)
    {
        Scope = scope;
        Version = version;
        _board = board;
    }

    /// <summary>The scope written to.</summary>
    public string Scope { get; }

    /// <summary>The version written; the last one, where the write was of several records.</summary>
    public GlobalDot Version { get; }

    /// <summary>
    /// Waits until the hub has the write and says what became of it. Offline, that takes until the next sync: give it a
    /// cancellation token.
    /// </summary>
    public Task<WriteOutcome> Synced(CancellationToken cancellationToken = default) =>
        _board.WaitAsync(Scope, Version, cancellationToken);
}
