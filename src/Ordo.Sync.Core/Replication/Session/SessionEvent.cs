using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;

namespace Ordo.Sync.Replication.Session;

/// <summary>The result of an effect, handed to the session.</summary>
public abstract record SessionEvent
{
    private SessionEvent()
    {
    }

    /// <summary>This replica's side was read, or changed and read.</summary>
    public sealed record StateLoaded(LocalState State) : SessionEvent;

    /// <summary>A pull was answered.</summary>
    public sealed record PullAnswered(PullResponse Response) : SessionEvent;

    /// <summary>A page was staged or applied.</summary>
    public sealed record PageReceived(ApplyStatus Status, LocalState State) : SessionEvent;

    /// <summary>A page to push was built.</summary>
    public sealed record PushBuilt(BuiltPage Page) : SessionEvent;

    /// <summary>A push was answered.</summary>
    public sealed record PushAnswered(PushResponse Response) : SessionEvent;
}
