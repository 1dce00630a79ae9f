namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A folder for one scenario's stores, removed at its end.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
    private int _count;

    /// <summary>A new file name in the folder.</summary>
    public string NewFile(string name) => Path.Combine(_path, $"{name}-{++_count}.db");

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
