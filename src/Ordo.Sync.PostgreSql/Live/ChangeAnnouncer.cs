using Npgsql;

namespace Ordo.Sync.PostgreSql.Live;

/// <summary>
/// Tells other instances which scopes changed here. After the commit and not in it, for a commit that notifies waits for all
/// others that do; what gathers while one notification is under way goes with the next. A notification that is lost costs time
/// alone: listeners look at their scopes from time to time. Thread-safe.
/// </summary>
internal sealed class ChangeAnnouncer : IAsyncDisposable
{
    private const int BatchMax = 500;

    private readonly NpgsqlDataSource _source;
    private readonly string _channel;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Lock _lock = new();
    private readonly Task _sending;
    private Dictionary<string, ChangeNotice> _pending = new(StringComparer.Ordinal);

    public ChangeAnnouncer(NpgsqlDataSource source, string channel)
    {
        _source = source;
        _channel = channel;
        _sending = Task.Run(SendAsync);
    }

    /// <summary>Who announces here: its own notifications are not for it.</summary>
    public Guid Sender { get; } = Guid.NewGuid();

    /// <summary>Announces a change, soon.</summary>
    public void Announce(ChangeNotice notice)
    {
        lock (_lock)
        {
            bool isOther = _pending.TryGetValue(notice.Scope, out ChangeNotice present) && present.Origin != notice.Origin;
            _pending[notice.Scope] = isOther ? notice with { Origin = default } : notice;
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        _stopping.Dispose();
        _signal.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_stopping.Token).ConfigureAwait(false);
                foreach (ChangeNotice[] notices in Take().Chunk(BatchMax))
                {
                    await SendAsync(notices).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The store closes.
        }
    }

    private ChangeNotice[] Take()
    {
        lock (_lock)
        {
            Dictionary<string, ChangeNotice> taken = _pending;
            _pending = new Dictionary<string, ChangeNotice>(StringComparer.Ordinal);
            return [.. taken.Values];
        }
    }

    private async Task SendAsync(ChangeNotice[] notices)
    {
        try
        {
            NpgsqlCommand command = _source.CreateCommand("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload");
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new NpgsqlParameter { Value = _channel });
                command.Parameters.Add(new NpgsqlParameter
                {
                    Value = notices.Select(notice => notice.ToPayload(Sender)).ToArray(),
                });
                await command.ExecuteNonQueryAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            // The server is away: the other instances find the change when they look for themselves.
        }
    }
}
