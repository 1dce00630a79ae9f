using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Admission;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>Counts the bytes that each principal brings. In memory: each instance of a hub counts its own. Thread-safe.</summary>
internal sealed class PrincipalQuota(IOptions<HubOptions> options, TimeProvider time)
{
    private readonly HubQuotas _quotas = options.Value.Quotas;
    private readonly Dictionary<string, ByteWindow> _used = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private DateTimeOffset _swept;

    /// <summary>Counts what a caller brings, who is no relay.</summary>
    /// <exception cref="SyncException">The principal has used up its quota.</exception>
    public void Count(string principal, ScopeRights rights, long bytes)
    {
        if (_quotas.PrincipalBytesMax is not { } bytesMax || rights.HasFlag(ScopeRights.Relay))
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        TimeSpan wait;
        lock (_lock)
        {
            Sweep(now);
            ByteWindow window = _used.GetValueOrDefault(principal);
            wait = window.WaitFor(now, _quotas.Window, bytesMax);
            if (wait == TimeSpan.Zero)
            {
                _used[principal] = window.With(now, _quotas.Window, bytes);
            }
        }

        if (wait > TimeSpan.Zero)
        {
            throw new SyncException(
                SyncErrorCode.QuotaExceeded,
                $"The caller brings more than {bytesMax} bytes in {_quotas.Window}.",
                "Nothing is lost; the writes wait and go out later.")
            {
                RetryAfter = wait,
            };
        }
    }

    // Once a window: who came and went must not stay in memory.
    private void Sweep(DateTimeOffset now)
    {
        if (now - _swept < _quotas.Window)
        {
            return;
        }

        _swept = now;
        foreach (string idle in _used.Where(entry => entry.Value.IsOver(now, _quotas.Window)).Select(entry => entry.Key).ToArray())
        {
            _used.Remove(idle);
        }
    }
}
