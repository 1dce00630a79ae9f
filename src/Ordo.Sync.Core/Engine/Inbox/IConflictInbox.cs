using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>
/// What waits for a person on this device: records whose versions disagree, records on which a resolver failed, and writes that
/// the hub refused. Durable, and in step with the store: what another replica resolved leaves by itself. Works offline.
/// Thread-safe.
/// </summary>
public interface IConflictInbox
{
    /// <summary>Lists what waits, scope by scope, by collection and key; read in pages.</summary>
    /// <param name="scope">One scope; <see langword="null"/> for all subscribed ones.</param>
    /// <param name="collection">One collection; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<Conflict> ListAsync(
        string? scope = null, string? collection = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// What waits of one record: its conflict, else the newest of its writes that was refused; <see langword="null"/> where
    /// nothing does.
    /// </summary>
    ValueTask<Conflict?> FindAsync(
        string scope, string collection, string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Resolves: writes a version that supersedes exactly the sides that <paramref name="conflict"/> shows. A side that came
    /// meanwhile stays, and so does the conflict. In collections whose decisions are kept, this is one: it needs a
    /// <paramref name="reason"/>, its author must be an approver of the scope, and the hub refuses it otherwise.
    /// </summary>
    /// <param name="conflict">The conflict, as listed.</param>
    /// <param name="resolution">What to do.</param>
    /// <param name="reason">Why; kept with the decision. Required where decisions are kept.</param>
    /// <param name="options">Who decides, how durable it is. What it is based on is the conflict itself.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue.</param>
    /// <returns>The receipt; <see langword="null"/> where nothing was written, because a rejected write was discarded.</returns>
    /// <exception cref="ArgumentException">A reason is missing or too long, or a side is not of this conflict.</exception>
    ValueTask<WriteReceipt?> ResolveAsync(
        Conflict conflict,
        Resolution resolution,
        string? reason = null,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Tells of what comes in and what leaves, from now on, until cancelled.</summary>
    IAsyncEnumerable<ConflictChange> WatchAsync(CancellationToken cancellationToken = default);
}
