using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Scheduling;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>
/// SQLite files in a folder of their own, new ones for each life of the node: those of the life before as they were when it died, while
/// what is left of it still holds the old ones. What a power cut takes from them is the matter of the crash enumeration.
/// </summary>
internal sealed class SqliteMedium(string name, EntropySource entropy) : ISimulatedMedium
{
    private const string SidecarSuffix = ".sidecar";
    private const int FileLine = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("ordo-simulation-").FullName;
    private readonly List<SqliteRecordStore> _mounted = [];
    private int _life;

    private string FileOf(int life) => Path.Combine(_folder, $"{name}-{life}.db");

    public IRecordStore Mount()
    {
        var store = new SqliteRecordStore(new SqliteStoreOptions { Path = FileOf(_life) }, entropy: entropy);
        _mounted.Add(store);
        return store;
    }

    public void OnCommitted(Durability durability)
    {
    }

    public void OnFlushed(long newer)
    {
    }

    public ValueTask<int> CutAsync(bool losesUnsynced, SimulationRandom random)
    {
        Copy(FileOf(_life), FileOf(_life + 1));
        CopySidecar(FileOf(_life) + SidecarSuffix, FileOf(_life + 1) + SidecarSuffix);
        _life++;
        return new(0);
    }

    public ValueTask<ISimulatedMedium> CopyAsync(bool isNoticed)
    {
        var copy = new SqliteMedium(name, entropy);
        Copy(FileOf(_life), copy.FileOf(0));
        if (!isNoticed)
        {
            CopySidecar(FileOf(_life) + SidecarSuffix, copy.FileOf(0) + SidecarSuffix);
        }
        return new(copy);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SqliteRecordStore store in _mounted)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }

        Directory.Delete(_folder, recursive: true);
    }

    // As kill -9 leaves them: the database and its log, not what is only shared memory.
    private static void Copy(string from, string to)
    {
        foreach (string suffix in (string[])[string.Empty, "-wal"])
        {
            if (File.Exists(from + suffix))
            {
                using FileStream source = new(from + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using FileStream target = new(to + suffix, FileMode.Create, FileAccess.Write);
                source.CopyTo(target);
            }
        }
    }

    // The same machine and the same state in another file, which no restart would have: without the file's identity, as where none can be
    // had, this is no copy.
    private static void CopySidecar(string from, string to)
    {
        if (File.Exists(from))
        {
            string[] lines = File.ReadAllText(from).Split('\n');
            lines[FileLine] = string.Empty;
            File.WriteAllText(to, string.Join('\n', lines));
        }
    }
}
