using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Cli.Stores;

/// <summary>A store that a command has open: for reading beside an app, or alone for writing.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private OpenStore(SqliteRecordStore store, CollectionCatalog catalog)
    {
        Store = store;
        Catalog = catalog;
    }

    public SqliteRecordStore Store { get; }

    /// <summary>The collections it knows.</summary>
    public CollectionCatalog Catalog { get; }

    /// <summary>Opens a store that is there.</summary>
    public static async ValueTask<OpenStore> OpenAsync(
        string file, string? keyFile, bool writes, CancellationToken cancellationToken)
    {
        var store = new SqliteRecordStore(OptionsOf(file, keyFile, writes));
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new OpenStore(store, await CollectionCatalog.LoadAsync(store, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>How a store that is there is opened.</summary>
    public static SqliteStoreOptions OptionsOf(string file, string? keyFile, bool writes)
    {
        // Opening for writing would make a file that is not there; nobody wants that of a tool that looks at stores.
        return File.Exists(file)
            ? new SqliteStoreOptions
            {
                Path = Path.GetFullPath(file),
                ReadOnly = !writes,
                Encryption = keyFile is null ? null : KeyFile.Read(keyFile),
            }
            : throw new ToolException(ExitCodes.Unavailable, Directory.Exists(file)
                ? $"'{file}' is a folder. Stores of FASTER are folders, and this tool reads SQLite stores only: name the app's database "
                    + "file. What FASTER holds is ephemeral; the hub's store has it too, once it was synced."
                : $"There is no file '{file}'.");
    }

    /// <summary>The scopes that hold anything, or the one that was named.</summary>
    public async ValueTask<IReadOnlyList<string>> ScopesAsync(string? scope, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> scopes = await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false);
        return scope is null ? scopes
            : scopes.Contains(scope) ? [scope]
            : throw new ToolException(ExitCodes.NotFound, $"The store holds nothing of the scope '{scope}'.");
    }

    /// <summary>Insists that the store is a hub's own: devices, and hubs below others, follow the generations of theirs.</summary>
    public async ValueTask RequireHubAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<LocalEntry> peers = await snapshot
            .ListLocalAsync(ScopeDeparture.PeersArea, afterKey: null, countMax: 1, cancellationToken).ConfigureAwait(false);
        if (peers.Count > 0)
        {
            throw new ToolException(
                ExitCodes.Usage, $"'{Store.Name}' syncs with a hub, whose generations it follows: compact the scope there.");
        }
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
