using System.Net;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>A body whose first half is sent at once and whose second half when a test says so.</summary>
internal sealed class SlowContent(ReadOnlyMemory<byte> bytes) : HttpContent
{
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn() => _goesOn.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        int half = bytes.Length / 2;
        await stream.WriteAsync(bytes[..half]);
        await stream.FlushAsync();
        await _goesOn.Task;
        await stream.WriteAsync(bytes[half..]);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
