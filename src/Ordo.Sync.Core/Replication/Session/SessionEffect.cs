using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;

namespace Ordo.Sync.Replication.Session;

/// <summary>What a session wants done next. Exactly one effect is under way at a time; its result comes back as an event.</summary>
public abstract record SessionEffect
{
    private SessionEffect()
    {
    }

    /// <summary>Read this replica's side. Answered by <see cref="SessionEvent.StateLoaded"/>.</summary>
    public sealed record LoadState : SessionEffect;

    /// <summary>Send a pull. Answered by <see cref="SessionEvent.PullAnswered"/>.</summary>
    public sealed record SendPull(PullRequest Request) : SessionEffect;

    /// <summary>
    /// Take a page in: stage it where the transfer goes on, else apply what came. Answered by
    /// <see cref="SessionEvent.PageReceived"/>.
    /// </summary>
    public sealed record ReceivePage(PullResponse Response, bool IsFill) : SessionEffect;

    /// <summary>
    /// Rename what is held: the peer told of the next generation of the scope. Answered by <see cref="SessionEvent.StateLoaded"/>.
    /// </summary>
    public sealed record AdoptGeneration(PullResponse Response) : SessionEffect;

    /// <summary>Forget a transfer or fill under way. Answered by <see cref="SessionEvent.StateLoaded"/>.</summary>
    public sealed record DiscardProgress : SessionEffect;

    /// <summary>Build a page to push. Answered by <see cref="SessionEvent.PushBuilt"/>.</summary>
    public sealed record BuildPush(GlobalVector Known, TransferCursor? Cursor) : SessionEffect;

    /// <summary>Send a page. Answered by <see cref="SessionEvent.PushAnswered"/>.</summary>
    public sealed record SendPush(UInt128 Transfer, int Number, bool IsFinal, ReadOnlyMemory<byte> Page) : SessionEffect;

    /// <summary>
    /// Record what the peer knows, and prune the journal by it, in one transaction. Answered by
    /// <see cref="SessionEvent.StateLoaded"/>.
    /// </summary>
    public sealed record Acknowledge(GlobalVector PeerKnowledge, IReadOnlyList<OutcomeEntry> Outcomes) : SessionEffect;

    /// <summary>
    /// Set the clock to the peer's and stamp unsynced writes anew. Answered by <see cref="SessionEvent.StateLoaded"/>.
    /// </summary>
    public sealed record Restamp(long PeerUnixMilliseconds) : SessionEffect;

    /// <summary>The session is over.</summary>
    public sealed record Finish(SessionResult Result) : SessionEffect;
}
