using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Journal;

/// <summary>A way to a hub on which something happens in the middle of a push: once before the hub has it, once after.</summary>
internal sealed class InterruptingTransport(ISyncTransport inner) : PassingTransport(inner)
{
    private Func<Task>? _before;
    private Func<Task>? _after;

    /// <summary>The byte limits of the pulls so far.</summary>
    public List<int> PullBytesMax { get; } = [];

    public void InterruptOnce(Func<Task> before, Func<Task> after) => (_before, _after) = (before, after);

    public override ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        PullBytesMax.Add(request.BytesMax);
        return base.PullAsync(request, cancellationToken);
    }

    public override async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        (Func<Task>? before, Func<Task>? after) = (_before, _after);
        (_before, _after) = (null, null);
        await (before?.Invoke() ?? Task.CompletedTask);
        PushResponse response = await base.PushAsync(request, cancellationToken);
        await (after?.Invoke() ?? Task.CompletedTask);
        return response;
    }
}
