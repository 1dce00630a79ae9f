using Npgsql;
using Ordo.Sync.Causality;

namespace Ordo.Sync.PostgreSql.Live;

/// <summary>
/// Hears what other instances announce, on a connection of its own that is made again when it breaks, and looks from time to
/// time at the scopes somebody listens to: what a notification did not tell, their stamps do.
/// </summary>
internal sealed class ChangeListener : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _listeningSource;
    private readonly string _channel;
    private readonly Guid _own;
    private readonly TimeProvider _time;
    private readonly Action<string, ReplicaId> _changed;
    private readonly StampWatch _stamps;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _listening;
    private readonly Task _polling;

    public ChangeListener(
        NpgsqlDataSource source,
        NpgsqlDataSource listeningSource,
        string channel,
        Guid own,
        PostgreSqlStoreOptions options,
        TimeProvider time,
        Func<IReadOnlyCollection<string>> scopes,
        Action<string, ReplicaId> changed)
    {
        _listeningSource = listeningSource;
        _channel = channel;
        _own = own;
        _time = time;
        _changed = changed;
        _stamps = new StampWatch(source, scopes);
        _listening = options.UseNotifications ? Task.Run(() => RepeatAsync(ListenAsync, ReconnectPause)) : Task.CompletedTask;
        _polling = Task.Run(() => RepeatAsync(PollAsync, options.ChangePollInterval));
    }

    /// <summary>Notes the stamp of a change that listeners hear of without this one looking.</summary>
    public void Saw(string scope, long stamp) => _stamps.Saw(scope, stamp);

    public async ValueTask DisposeAsync()
    {
        // A wait that is cancelled ends before its connection is disposed, which it must.
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_listening, _polling).ConfigureAwait(false);
        await _listeningSource.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _stamps.Dispose();
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> work, TimeSpan pause)
    {
        CancellationToken stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work(stopping).ConfigureAwait(false);
                await Task.Delay(pause, _time, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                // The server is away. When it is back, this goes on; what was missed meanwhile the stamps tell.
                await Task.Delay(ReconnectPause, _time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await _listeningSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            connection.Notification += OnNotification;
            NpgsqlCommand listen = connection.CreateCommand();
            await using (listen.ConfigureAwait(false))
            {
                listen.CommandText = $"LISTEN {_channel}";
                await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            // What changed before this connection listened.
            await PollAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                while (true)
                {
                    await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                connection.Notification -= OnNotification;
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        foreach (string scope in await _stamps.FindChangedAsync(cancellationToken).ConfigureAwait(false))
        {
            _changed(scope, default);
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs args)
    {
        if (ChangeNotice.TryParse(args.Payload, out Guid from, out ChangeNotice notice) && from != _own)
        {
            Saw(notice.Scope, notice.Stamp);
            _changed(notice.Scope, notice.Origin);
        }
    }
}
