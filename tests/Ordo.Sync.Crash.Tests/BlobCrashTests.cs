using System.Globalization;
using Ordo.Sync.Crash.Tests.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Crash.Tests;

/// <summary>
/// The power fails under a store of blobs, after this effect on its disk and after that. <c>ORDO_CRASH_BLOB_ROUNDS</c> makes it a campaign,
/// of so many workloads and every effect: docs/internals/crash-enumeration.md.
/// </summary>
public sealed class BlobCrashTests(ITestOutputHelper output) : IDisposable
{
    private const int ShortStride = 9;

    private const string MemoryFolder = "/dev/shm";

    // What lasts is for CutDisk to say, so it need not be a disk: thousands of files come and go.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(
        Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath(), $"ordo-blob-crash-{Guid.NewGuid():n}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Whenever_the_power_fails_blobs_that_are_listed_are_whole_and_none_that_was_kept_is_missing()
    {
        string? rounds = Environment.GetEnvironmentVariable("ORDO_CRASH_BLOB_ROUNDS");
        int stride = rounds is null ? ShortStride : 1;
        int images = 0;
        for (int seed = 1; seed <= int.Parse(rounds ?? "1", CultureInfo.InvariantCulture); seed++)
        {
            string store = Path.Combine(_folder.FullName, $"store-{seed}");
            var workload = new BlobWorkload(store, seed);
            await workload.RunAsync();
            images += await CutAsync(workload, store, stride, new Random(seed));
        }

        output.WriteLine($"{images} images opened.");
        Assert.NotEqual(0, images);
    }

    [Fact]
    public async Task A_chunk_whose_flush_failed_is_written_anew_and_its_blob_is_not_held_before()
    {
        var disk = new TracedDisk();
        string folder = Path.Combine(_folder.FullName, "store");
        await using var store = new FileSystemBlobStore(
            new FileSystemBlobOptions { Path = folder, FreeBytesMin = 0 }, TimeProvider.System, disk);
        await store.OpenAsync();
        byte[] content = [1, 2, 3];
        disk.FailsFlushes = true;

        SyncException failed = await Assert.ThrowsAsync<SyncException>(
            async () => await new BlobImporter(store).ImportAsync(new MemoryStream(content)));
        disk.FailsFlushes = false;
        int before = disk.Count;

        Assert.Equal(SyncErrorCode.StoreUnavailable, failed.Code);
        Assert.Null(await store.GetManifestAsync(BlobId.Of(content)));
        Assert.False(await store.HasChunkAsync(new BlobChunk(ContentHash.Of(content), content.Length)));
        await new BlobImporter(store).ImportAsync(new MemoryStream(content));
        Assert.Contains(
            disk.Effects.Skip(before),
            effect => effect.Kind == BlobEffectKind.Write && effect.Bytes!.AsSpan().SequenceEqual(content));
    }

    [Fact]
    public async Task The_folders_that_a_store_makes_for_itself_last_too()
    {
        var disk = new TracedDisk();
        string above = Path.Combine(_folder.FullName, "app");
        string folder = Path.Combine(above, "files");
        await using var store = new FileSystemBlobStore(new FileSystemBlobOptions { Path = folder }, TimeProvider.System, disk);

        await store.OpenAsync();

        string[] flushed = [.. disk.Effects.Where(one => one.Kind == BlobEffectKind.FlushFolder).Select(one => one.Path)];
        Assert.Superset(
            new HashSet<string>([_folder.FullName, above, folder, Path.Combine(folder, "chunks"), Path.Combine(folder, "manifests")]),
            flushed.ToHashSet());
    }

    private async Task<int> CutAsync(BlobWorkload workload, string store, int stride, Random random)
    {
        var disk = new CutDisk();
        int images = 0;
        for (int done = 0; done <= workload.Effects.Count; done++)
        {
            if (done == workload.Rot.After)
            {
                disk.Rot(workload.Rot.File);
            }

            if (done % stride == 0 || done == workload.Effects.Count)
            {
                foreach (PowerCut cut in Enum.GetValues<PowerCut>())
                {
                    string image = Path.Combine(_folder.FullName, $"image-{images++}");
                    Write(disk, cut, store, image, random);
                    await CheckAsync(workload, image, done, cut);
                    Directory.Delete(image, recursive: true);
                }
            }

            if (done < workload.Effects.Count)
            {
                disk.Do(workload.Effects[done]);
            }
        }

        return images;
    }

    private static void Write(CutDisk disk, PowerCut cut, string store, string image, Random random)
    {
        Directory.CreateDirectory(image);
        foreach ((string path, byte[] bytes) in disk.Cut(cut, random))
        {
            string file = Path.Combine(image, Path.GetRelativePath(store, path));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }
    }

    private static async Task CheckAsync(BlobWorkload workload, string image, int done, PowerCut cut)
    {
        string when = $"after {done} of {workload.Effects.Count} effects ({workload.Effects[Math.Max(0, done - 1)].Kind}), {cut}";
        await using var store = new FileSystemBlobStore(
            new FileSystemBlobOptions { Path = image, FreeBytesMin = 0 }, TimeProvider.System, new HastyDisk());
        await store.OpenAsync();
        HashSet<BlobId> held = [.. workload.HeldAfter(done)];
        var whole = new HashSet<BlobId>();
        var buffer = new byte[BlobLimits.ChunkBytesMax];
        bool hasRotten = done >= workload.Rot.After;
        await foreach (BlobId blob in store.ListAsync())
        {
            BlobManifest? manifest = await store.GetManifestAsync(blob);
            Assert.True(manifest is not null, $"The manifest of {blob} is torn {when}.");
            bool isWhole = true;
            foreach (BlobChunk chunk in manifest.Chunks)
            {
                isWhole &= await store.TryReadChunkAsync(chunk, buffer);
            }

            // What has rotted or was removed may lack chunks; nothing else may.
            Assert.True(isWhole || hasRotten || workload.Removed.Contains(blob), $"{blob} is not whole {when}.");
            if (isWhole)
            {
                whole.Add(blob);
            }
        }

        held.ExceptWith(whole);
        Assert.True(held.Count == 0, $"Lost {when}: {string.Join(", ", held)}.");
    }
}
