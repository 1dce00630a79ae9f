using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Http;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Transport;

public sealed class CompactModeTests
{
    private static readonly Uri Hub = new("https://hub.example.edu/sync");

    [Fact]
    public void In_compact_mode_requests_are_compressed_earlier_and_harder()
    {
        HttpTransportOptions options = OptionsOf(ResourceProfile.Constrained);
        Assert.Equal(
            (ResourceProfile.Constrained.CompressFromBytes, ResourceProfile.Constrained.CompressionQuality),
            (options.CompressRequestsFromBytes, options.CompressionQuality));
        HttpTransportOptions usual = OptionsOf(ResourceProfile.Default);
        Assert.Equal((1024, 1), (usual.CompressRequestsFromBytes, usual.CompressionQuality));
    }

    [Fact]
    public void What_the_app_sets_wins_over_the_profile()
    {
        HttpTransportOptions options = OptionsOf(ResourceProfile.Constrained, o => o.CompressionQuality = 2);
        Assert.Equal(2, options.CompressionQuality);
        Assert.Equal(ResourceProfile.Constrained.CompressFromBytes, options.CompressRequestsFromBytes);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(12)]
    public void A_quality_that_Brotli_does_not_have_is_refused(int quality) => Assert.Contains(
        nameof(HttpTransportOptions.CompressionQuality),
        new HttpTransportOptions { BaseAddress = Hub, CompressionQuality = quality }.WhyNotValid(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(300)]
    [InlineData(200_000)]
    public async Task What_is_compressed_harder_is_smaller_and_comes_out_as_it_went_in(int length)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)((i * i / 7 % 64) + (i / 100 % 3)))];
        using var fast = new MessageBuffer(1 << 20, "request");
        using var small = new MessageBuffer(1 << 20, "request");
        Assert.True(MessageCoding.TryCompress(message, fast));
        Assert.True(MessageCoding.TryCompress(message, small, quality: 5));
        Assert.InRange(small.WrittenCount, 1, fast.WrittenCount);
        using var plain = new MessageBuffer(1 << 20, "request");
        await using Stream decoded = MessageCoding.TryDecode(MessageCoding.Brotli, new MemoryStream(small.WrittenMemory.ToArray()))!;
        await plain.ReadFromAsync(decoded);
        Assert.Equal(message, plain.WrittenMemory.ToArray());
    }

    private static HttpTransportOptions OptionsOf(
        ResourceProfile profile, Action<HttpTransportOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync => sync.UseProfile(profile).UseMemory().UseHttp(Hub, configure));
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<HttpTransportOptions>>().Value;
    }
}
