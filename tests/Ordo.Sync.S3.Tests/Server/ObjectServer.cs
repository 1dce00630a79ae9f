using System.Diagnostics;
using System.Reflection;

namespace Ordo.Sync.S3.Tests.Server;

/// <summary>
/// The S3-compatible server that the tests run against: s3rver, with signatures checked, in a process of its own over a
/// temporary folder. <c>eng/s3.sh</c> installs it.
/// </summary>
internal sealed class ObjectServer : IDisposable
{
    /// <summary>The one key that the server knows; its name is its secret.</summary>
    public const string Key = "S3RVER";

    private const string NotInstalled = "The tests of object storage need their server: run 'bash eng/s3.sh', as eng/test.sh does.";

    private static readonly Lazy<Task<ObjectServer>> SharedServer = new(StartAsync);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private ObjectServer(DirectoryInfo folder, Process process, Uri address)
    {
        _folder = folder;
        _process = process;
        Address = address;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>The server of all tests, started by the first; it ends with this process.</summary>
    public static Task<ObjectServer> Shared => SharedServer.Value;

    public Uri Address { get; }

    /// <summary>The folder of a bucket.</summary>
    public string FolderOf(string bucket) => Path.Combine(_folder.FullName, bucket);

    /// <summary>The files of a bucket's objects whose names begin so.</summary>
    public IEnumerable<string> FilesOf(string bucket, string start = "") => Directory
        .EnumerateFiles(FolderOf(bucket), "*._S3rver_object", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(FolderOf(bucket), file).StartsWith(start, StringComparison.Ordinal));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
            _folder.Refresh();
        }
    }

    private static async Task<ObjectServer> StartAsync()
    {
        string program = typeof(ObjectServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == "ServerFolder").Value!;
        if (!Directory.Exists(Path.Combine(program, "node_modules", "s3rver")))
        {
            throw new InvalidOperationException(NotInstalled);
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("ordo-s3-");
        Process process = Process.Start(
            new ProcessStartInfo("node", [Path.Combine(program, "server.js"), folder.FullName])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }) ?? throw new InvalidOperationException(NotInstalled);
        string address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The server of object storage ended before it listened.");
        return new ObjectServer(folder, process, new Uri(address));
    }
}
