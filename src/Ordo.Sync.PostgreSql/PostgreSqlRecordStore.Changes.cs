using System.Collections.Concurrent;
using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Live;

namespace Ordo.Sync.PostgreSql;

/// <content>What instances tell each other.</content>
public sealed partial class PostgreSqlRecordStore
{
    private const int StampsMax = 4096;

    private readonly Lock _changesLock = new();
    private readonly ConcurrentDictionary<string, long> _stamps = new(StringComparer.Ordinal);
    private ChangeAnnouncer? _announcer;
    private volatile ChangeListener? _listener;

    /// <inheritdoc/>
    public void Announce(string scope, ReplicaId origin)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!_options.UseNotifications)
        {
            return;
        }

        lock (_changesLock)
        {
            ThrowIfDisposed();
            _announcer ??= new ChangeAnnouncer(_source, Channel());
        }

        _announcer.Announce(new ChangeNotice(scope, origin, _stamps.GetValueOrDefault(scope)));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Somebody follows already.</exception>
    public void FollowChanges(Func<IReadOnlyCollection<string>> scopes, Action<string, ReplicaId> changed)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(changed);
        _ = Latest();
        lock (_changesLock)
        {
            ThrowIfDisposed();
            if (_listener is not null)
            {
                throw new InvalidOperationException($"The changes of the store '{Name}' are followed already.");
            }

            _announcer ??= new ChangeAnnouncer(_source, Channel());
            _listener = new ChangeListener(
                _source, ListeningSource(), Channel(), _announcer.Sender, _options, _time, scopes, changed);
        }
    }

    /// <summary>Notes the stamp that a commit here gave a scope: nobody has to look for its change.</summary>
    private void Note(string scope, long stamp)
    {
        if (_stamps.Count >= StampsMax)
        {
            _stamps.Clear();
        }

        _stamps[scope] = stamp;
        _listener?.Saw(scope, stamp);
    }

    // Not of the pool: a connection that listens is not given back to those who do not.
    private NpgsqlDataSource ListeningSource()
    {
        NpgsqlConnectionStringBuilder connection = _options.Resolve();
        connection.Pooling = false;
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    private string Channel() => $"ordo_sync_{unchecked((uint)_lockKey):x8}";

    private async ValueTask StopChangesAsync()
    {
        if (_listener is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        if (_announcer is { } announcer)
        {
            await announcer.DisposeAsync().ConfigureAwait(false);
        }
    }
}
