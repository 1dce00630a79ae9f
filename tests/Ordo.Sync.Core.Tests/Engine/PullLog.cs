using System.Collections.Concurrent;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that notes which scopes are pulled, in order, and lets a test act before one.</summary>
internal sealed class PullLog(ISyncTransport inner) : PassingTransport(inner)
{
    private readonly ConcurrentQueue<string> _pulls = [];

    /// <summary>The scopes of the pulls, the first first.</summary>
    public IReadOnlyList<string> Pulls => [.. _pulls];

    /// <summary>Done before each pull, with the number of those before.</summary>
    public Func<int, Task>? Before { get; set; }

    public override async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        if (Before is { } before)
        {
            await before(_pulls.Count);
        }

        _pulls.Enqueue(request.Scope);
        return await base.PullAsync(request, cancellationToken);
    }
}
