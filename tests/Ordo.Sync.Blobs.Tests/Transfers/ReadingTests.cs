using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Files that are read while they are still on their way.</summary>
public sealed class ReadingTests : TransferWorld
{
    [Fact]
    public async Task Where_somebody_seeks_to_is_fetched_next_while_the_rest_comes()
    {
        const int Position = 1_500_000;
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(2_000_000);
        int wanted = (await hub.HeldAsync(file.Id))!.IndexAt(Position);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        var begun = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        way.BeforeChunk = async (_, cancellationToken) =>
        {
            begun.TrySetResult();
            await goesOn.Task.WaitAsync(cancellationToken);
        };

        await using Stream stream = await reader.Blobs.OpenReadAsync(file.Id);
        await begun.Task;
        Assert.Equal(Position, stream.Seek(Position - content.Length, SeekOrigin.End));
        var piece = new byte[1000];
        Task reading = stream.ReadExactlyAsync(piece).AsTask();
        goesOn.SetResult();
        await reading;

        Assert.Equal(content[Position..(Position + piece.Length)], piece);
        Assert.Contains(wanted, way.Received.Take(3 * (InFlightMax + 1)));
        Assert.True(wanted > 4 * (InFlightMax + 1), "It would have come so early in any case.");
    }

    [Fact]
    public async Task A_stream_reads_forwards_backwards_and_to_its_end_and_no_further()
    {
        (TestHub hub, BlobRef file, byte[] content) = await PublishedAsync(300_000);
        TestDevice reader = Device("reader", hub, out _);
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        await using Stream stream = await reader.Blobs.OpenReadAsync(file.Id);

        stream.Position = 250_000;
        Assert.Equal(content[250_000..], await RestAsync(stream));
        stream.Seek(-100_000, SeekOrigin.Current);
        Assert.Equal(content[200_000..], await RestAsync(stream));
        stream.Seek(0, SeekOrigin.Begin);
        Assert.Equal(content, await RestAsync(stream));
        stream.Position = 1_000_000;

        Assert.Empty(await RestAsync(stream));
        Assert.Throws<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
    }

    [Fact]
    public async Task Progress_tells_bytes_done_bytes_in_all_and_bytes_a_second()
    {
        (TestHub hub, BlobRef file, _) = await PublishedAsync(500_000);
        TestDevice reader = Device("reader", hub, out UnsteadyTransport way);
        (await reader.Engine.SyncAsync()).ThrowIfFailed();
        way.BeforeChunk = (_, _) =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };
        var told = new List<BlobProgress>();

        await reader.Blobs.DownloadAsync(file.Id, new Told<BlobProgress>(progress =>
        {
            lock (told)
            {
                told.Add(progress);
            }
        }));

        Assert.All(told, progress => Assert.Equal(500_000, progress.BytesTotal));
        Assert.Equal(500_000, told.Max(progress => progress.BytesDone));
        Assert.InRange(told.Max(progress => progress.BytesPerSecond), 1, 500_000);
    }

    private static async Task<byte[]> RestAsync(Stream stream)
    {
        var rest = new MemoryStream();
        await stream.CopyToAsync(rest);
        return rest.ToArray();
    }
}
