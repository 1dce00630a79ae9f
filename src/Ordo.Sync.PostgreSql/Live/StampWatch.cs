using System.Collections.Concurrent;
using Npgsql;

namespace Ordo.Sync.PostgreSql.Live;

/// <summary>Finds which of the scopes that somebody listens to were written since it looked last. Thread-safe.</summary>
internal sealed class StampWatch(NpgsqlDataSource source, Func<IReadOnlyCollection<string>> scopes) : IDisposable
{
    private const int BatchMax = 1_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>Notes a stamp whose change was told already.</summary>
    public void Saw(string scope, long stamp) => _seen[scope] = stamp;

    /// <summary>
    /// The scopes whose stamps differ from those seen before, and those never looked at: who began to listen after it had pulled
    /// may have missed a commit in between.
    /// </summary>
    public async Task<List<string>> FindChangedAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (string[] names in scopes().Chunk(BatchMax))
            {
                await ReadAsync(names, now, cancellationToken).ConfigureAwait(false);
            }

            List<string> changed = [.. now
                .Where(pair => !_seen.TryGetValue(pair.Key, out long stamp) || stamp != pair.Value)
                .Select(pair => pair.Key)];
            foreach ((string scope, long stamp) in now)
            {
                _seen[scope] = stamp;
            }

            foreach (string scope in _seen.Keys.Where(scope => !now.ContainsKey(scope)))
            {
                _seen.TryRemove(scope, out _);
            }

            return changed;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task ReadAsync(string[] names, Dictionary<string, long> stamps, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = source.CreateCommand("SELECT name, stamp FROM scopes WHERE name = ANY($1)");
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = names });
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    stamps[reader.GetString(0)] = reader.GetInt64(1);
                }
            }
        }
    }
}
