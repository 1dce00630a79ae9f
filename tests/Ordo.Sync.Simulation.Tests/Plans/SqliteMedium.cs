using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Scheduling;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>
/// SQLite files in a folder of their own. When a node dies the files are left as they are at that moment; what a power cut takes
/// from them is the matter of the crash enumeration.
/// </summary>
internal sealed class SqliteMedium(string name, EntropySource entropy) : ISimulatedMedium
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"ordo-simulation-{Path.GetRandomFileName()}");
    private int _generation;
    private SqliteRecordStore? _mounted;

    private string FileOf(int generation) => Path.Combine(_folder, $"{name}-{generation}.db");

    public IRecordStore Mount()
    {
        Directory.CreateDirectory(_folder);
        return _mounted = new SqliteRecordStore(new SqliteStoreOptions { Path = FileOf(_generation) }, entropy: entropy);
    }

    public void OnCommitted(Durability durability)
    {
    }

    public void OnFlushed(long newer)
    {
    }

    public ValueTask<int> CutAsync(bool losesUnsynced, SimulationRandom random)
    {
        Copy(FileOf(_generation), FileOf(_generation + 1));
        _generation++;
        return new(0);
    }

    public ValueTask<ISimulatedMedium> CopyAsync()
    {
        var copy = new SqliteMedium(name, entropy);
        Directory.CreateDirectory(copy._folder);
        Copy(FileOf(_generation), copy.FileOf(0));
        return new(copy);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted is not null)
        {
            await _mounted.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // As kill -9 leaves them: the database and its log, not what is only shared memory.
    private static void Copy(string from, string to)
    {
        foreach (string suffix in new[] { string.Empty, "-wal" })
        {
            if (File.Exists(from + suffix))
            {
                using FileStream source = new(from + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using FileStream target = new(to + suffix, FileMode.Create, FileAccess.Write);
                source.CopyTo(target);
            }
        }
    }
}
