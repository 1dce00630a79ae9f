using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub on which pulls wait until they are released.</summary>
internal sealed class HeldTransport(ISyncTransport inner) : PassingTransport(inner)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a pull waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether pulls wait.</summary>
    public bool IsHeld { get; set; }

    public void Release() => _released.SetResult();

    public override async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        if (IsHeld)
        {
            _reached.TrySetResult();
            await _released.Task.WaitAsync(cancellationToken);
        }

        return await base.PullAsync(request, cancellationToken);
    }
}
