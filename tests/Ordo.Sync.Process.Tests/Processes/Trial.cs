using System.Globalization;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>A hub and devices as processes of their own, with their files in one folder; all end with it.</summary>
/// <param name="data">The folder of the real data set; made-up grades without it.</param>
/// <param name="records">How many grades to make up.</param>
/// <param name="pageKiB">The most KiB of a page on the wire: small, so that there are many moments between two pages.</param>
internal sealed class Trial(string? data, int records, int pageKiB) : IDisposable
{
    /// <summary>How many grades the sample writes at once.</summary>
    public const int ImportBatchSize = 1000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-process-");
    private readonly List<CampusProcess> _processes = [];

    /// <summary>What a device writes when it imports, in its order.</summary>
    public IReadOnlyList<CourseGrade> Grades { get; } =
        [.. GradeSource.Load(data, records).GroupBy(grade => grade.Scope).SelectMany(course => course)];

    /// <summary>How many grades there are after each batch of an import; batches end where a scope ends.</summary>
    public IReadOnlyCollection<long> BatchEnds { get; } = FindBatchEnds(GradeSource.Load(data, records));

    public IEnumerable<string> Scopes => Grades.Select(grade => grade.Scope).Distinct();

    public string HubFile => FileOf("hub");

    public string FileOf(string name) => Path.Combine(_folder.FullName, $"{name}.db");

    /// <summary>Starts a hub on its file, and on a port that stays free for it when it is killed where none is given.</summary>
    public Task<HubProcess> StartHubAsync(int? port = null) => HubProcess.StartAsync(this, port ?? ReservedPorts.Take());

    /// <summary>Starts a device that imports where asked and syncs.</summary>
    public CampusProcess StartDevice(string name, Uri hub, bool imports = false, int attempts = 1)
    {
        List<string> arguments =
        [
            "device", "--file", FileOf(name), "--hub", hub.ToString(), "--name", name, "--attempts", Number(attempts),
            "--page", Number(pageKiB), "--records", Number(records),
        ];
        if (data is not null)
        {
            arguments.AddRange(["--data", data]);
        }

        if (imports)
        {
            arguments.Add("--import");
        }

        return Start([.. arguments]);
    }

    /// <summary>Runs a device to its end, which is to be convergence.</summary>
    public async Task<Holding> RunDeviceAsync(string name, Uri hub, bool imports = false, int attempts = 1)
    {
        CampusProcess device = StartDevice(name, hub, imports, attempts);
        await device.SucceedAsync();
        return Holding.Of(device);
    }

    /// <summary>Starts a process of the sample that ends with this.</summary>
    public CampusProcess Start(params IReadOnlyList<string> arguments)
    {
        CampusProcess process = CampusProcess.Start(arguments);
        _processes.Add(process);
        return process;
    }

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (CampusProcess process in _processes)
        {
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static HashSet<long> FindBatchEnds(IReadOnlyList<CourseGrade> grades)
    {
        long end = 0;
        HashSet<long> ends = [end];
        foreach (CourseGrade[] batch in grades.GroupBy(grade => grade.Scope).SelectMany(course => course.Chunk(ImportBatchSize)))
        {
            ends.Add(end += batch.Length);
        }

        return ends;
    }
}
