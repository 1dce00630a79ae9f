using System.Collections.Concurrent;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// Scopes into which the hub takes nothing for a while: their pages are not sent only to be refused; what is to be read is read all
/// the same. In memory: after a start the hub says it again. Thread-safe.
/// </summary>
internal sealed class HeldPushes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Held> _scopes = new(StringComparer.Ordinal);

    /// <summary>What the hub said, with the time that is left of it; <see langword="null"/> where pages may be sent.</summary>
    public SyncException? Find(string scope)
    {
        if (!_scopes.TryGetValue(scope, out Held held))
        {
            return null;
        }

        TimeSpan left = held.Wait - time.GetElapsedTime(held.Since);
        if (left <= TimeSpan.Zero)
        {
            _scopes.TryRemove(scope, out _);
            return null;
        }

        string message = held.Refusal.Message;
        return new SyncException(held.Refusal.Code, message, innerException: held.Refusal) { RetryAfter = left };
    }

    /// <summary>Notes how the pushes of a session that was not held ended.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="refusal">Why nothing was taken; <see langword="null"/> where it was.</param>
    public void Note(string scope, SyncException? refusal)
    {
        if (refusal is { Code: SyncErrorCode.QuotaExceeded, RetryAfter: { } wait })
        {
            _scopes[scope] = new Held(refusal, time.GetTimestamp(), wait);
        }
        else
        {
            _scopes.TryRemove(scope, out _);
        }
    }

    private readonly record struct Held(SyncException Refusal, long Since, TimeSpan Wait);
}
