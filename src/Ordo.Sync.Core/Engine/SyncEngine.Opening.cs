using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Replicas;

namespace Ordo.Sync.Engine;

// Opening at the first use, and closing.
internal sealed partial class SyncEngine
{
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return _subscriptions is not null ? ValueTask.CompletedTask : OpenSlowlyAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (BlobService is { } blobs)
        {
            await blobs.DisposeAsync().ConfigureAwait(false);
        }

        HealthMonitor.Dispose();
        await _memory.StopAsync().ConfigureAwait(false);
        await _structured.StopAsync().ConfigureAwait(false);
        await _ephemeral.StopAsync().ConfigureAwait(false);
        foreach (CollectionDeclaration declaration in Declarations.All)
        {
            (declaration.Behavior as IDisposable)?.Dispose();
        }

        Publisher.Close();
        _director.Dispose();
        _subscriptionsChanging.Dispose();
        _opening.Dispose();
        _subscribing.Dispose();
        await _structured.DisposeAsync().ConfigureAwait(false);
        if (_ephemeral != _structured)
        {
            await _ephemeral.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask OpenSlowlyAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_subscriptions is not null)
            {
                return;
            }

            await _structured.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (_ephemeral != _structured)
            {
                await _ephemeral.OpenAsync(cancellationToken).ConfigureAwait(false);
                await LaneMover.MoveAsync(_structured.Store, _ephemeral.Store, cancellationToken).ConfigureAwait(false);
            }

            _clock.Offset = await KeptClockOffset.ReadAsync(_structured.Store, cancellationToken).ConfigureAwait(false);
            SubscriptionBook subscriptions = await SubscriptionBook
                .LoadAsync(_structured.Store, _initialScopes, ReturnAsync, cancellationToken).ConfigureAwait(false);
            _structured.Start(Publisher, HealthMonitor, _clock, Siblings, subscriptions.Contains);
            if (_ephemeral != _structured)
            {
                _ephemeral.Start(Publisher, HealthMonitor, _clock, Siblings, subscriptions.Contains);
            }

            _memory.Start();
            foreach ((LocalReplica replica, _) in Replicas)
            {
                Renewals.OnOpened(replica.Store);
            }

            _subscriptions = subscriptions;
        }
        finally
        {
            _opening.Release();
        }

        await Renewals.TellAsync(cancellationToken).ConfigureAwait(false);
    }
}
