using System.Diagnostics;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Blobs.Tests.Processes;

/// <summary>A disk that really fills up: a small file system of its own, where this user may mount one (Linux, root).</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<Child> _children = [];
    private string? _mounted;

    public void Dispose()
    {
        foreach (Child child in _children)
        {
            child.Dispose();
        }

        if (_mounted is not null)
        {
            Run("umount", "-l", _mounted);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_mid_download_gives_a_clear_error_and_the_download_goes_on_when_there_is_room()
    {
        string file = _folder.Sub("video.bin");
        byte[] content = Content.Of(40_000_000);
        await File.WriteAllBytesAsync(file, content);
        string disk = Directory.CreateDirectory(_folder.Sub("reader")).FullName;
        Assert.SkipUnless(TryMount(disk, "size=60m"), "This user may not mount a file system.");
        string ballast = Path.Combine(disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[40_000_000]);
        Child hub = Start("hub", "hub", "http://127.0.0.1:0");
        string address = (await hub.ReadToAsync("http://"))!;
        await Start("upload", "writer", address, file).SucceedAsync();

        Child full = Start("download", "reader", address);
        Assert.Equal(1, await full.WaitAsync());
        Assert.Contains(full.Lines, line => line.StartsWith($"failed {SyncErrorCode.StoreFull} ", StringComparison.Ordinal));
        string store = Path.Combine(disk, "blobs");
        Assert.Empty(Directory.GetFiles(Path.Combine(store, "temp")));
        int before = TestFolder.ChunkFiles(store).Length;
        File.Delete(ballast);
        Child again = Start("download", "reader", address);
        await again.SucceedAsync();

        Assert.InRange(before, 1, TestFolder.ChunkFiles(store).Length - 1);
        Assert.Contains(
            $"content {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))} {content.Length}", again.Lines);
    }

    private bool TryMount(string folder, string options)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder) != 0)
        {
            return false;
        }

        _mounted = folder;
        return true;
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private Child Start(string task, string name, string address, string? file = null)
    {
        Child child = Child.Start(task, _folder.Sub(name), address, file);
        _children.Add(child);
        return child;
    }
}
