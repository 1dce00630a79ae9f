using Ordo.Sync.Errors;
using Ordo.Sync.Faster;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>Whole files of stores, changed: the store opens and all of it can be read, or it says what is wrong.</summary>
internal static class StoreFileTargets
{
    private const long AllottedMax = 64 * 1024 * 1024;

    private static readonly byte[] Probe = [1];

    /// <param name="files">Sound stores, and where copies of them may be opened.</param>
    public static IEnumerable<FuzzTarget> All(StoreFiles files) =>
    [
        Of("sqlite-file", [files.Database, files.Backup], bytes => OpenSqlite(files, bytes, log: null)),
        Of("sqlite-encrypted-file", [files.EncryptedDatabase], bytes => OpenSqlite(files, bytes, log: null, isEncrypted: true)),
        Of("sqlite-log", [files.DatabaseLog], bytes => OpenSqlite(files, files.DatabaseOfLog, bytes)),
        .. Largest(files).Select(part =>
            Of($"faster-{part.Kind}-file", [part.Bytes], bytes => OpenFaster(files, part.Name, bytes, mustBeSound: true))),

        // Sealed anew, changed operations are carried out: nothing has to notice, and nothing may break of it.
        .. Largest(files).Where(static part => part.Kind == "log").Select(part =>
            Of("faster-sealed-log-file", [part.Bytes], bytes => OpenFaster(files, part.Name, bytes, mustBeSound: false)) with
            {
                Seal = FasterSeals.Renew,
            }),
    ];

    private static IEnumerable<(string Kind, string Name, byte[] Bytes)> Largest(StoreFiles files) => files.FasterParts
        .GroupBy(part => part.Kind).Select(static ofKind => ofKind.MaxBy(part => part.Bytes.Length));

    private static FuzzTarget Of(string name, byte[][] seeds, Action<byte[]> open) => new(name, seeds, open)
    {
        IsRefusal = static exception => exception is SyncException { Code: not SyncErrorCode.Internal },
        FixedBytesMax = AllottedMax,
        BytesPerByteMax = 1024,
    };

    private static void OpenSqlite(StoreFiles files, byte[] database, byte[]? log, bool isEncrypted = false)
    {
        string path = files.NewFolder("store.db");
        File.WriteAllBytes(path, database);
        if (log is not null)
        {
            File.WriteAllBytes(path + "-wal", log);
        }

        // SQLite keeps no sums: what a change left readable may be wrong, and verification finds what it can.
        Use(new SqliteRecordStore(new SqliteStoreOptions { Path = path, Encryption = isEncrypted ? StoreFiles.Keys : null }), mustBeSound: false).GetAwaiter().GetResult();
    }

    private static void OpenFaster(StoreFiles files, string name, byte[] bytes, bool mustBeSound)
    {
        string folder = files.NewFasterFolder();
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
        Use(
            new FasterRecordStore(StoreFiles.OptionsOf(folder), null, null, null, static at => new DiskFiles(at)),
            mustBeSound).GetAwaiter().GetResult();
    }

    private static async Task Use(IRecordStore store, bool mustBeSound)
    {
        await using (store)
        {
            await store.OpenAsync();
            string? fault = await StoreWalk.FindFaultAsync(store);
            if (store is SqliteRecordStore sqlite)
            {
                await sqlite.VerifyIntegrityAsync();
            }

            await using (IStoreTransaction transaction = await store.BeginAsync())
            {
                await transaction.SetLocalAsync("fuzz", "probe", Probe);
                await transaction.CommitAsync(Durability.Full);
            }

            if (mustBeSound && fault is not null)
            {
                throw new InvalidOperationException(fault);
            }
        }
    }
}
