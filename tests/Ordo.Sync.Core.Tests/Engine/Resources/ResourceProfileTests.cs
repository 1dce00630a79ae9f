using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Resources;

namespace Ordo.Sync.Core.Tests.Engine.Resources;

public sealed class ResourceProfileTests
{
    [Fact]
    public void A_constrained_device_has_128_MB_four_workers_and_compact_mode()
    {
        ResourceProfile constrained = ResourceProfile.Constrained;
        Assert.Equal((128L * 1024 * 1024, 4, true), (constrained.MemoryBytesMax, constrained.Workers, constrained.IsCompact));
        Assert.True(constrained.PageBytesMax < ResourceProfile.Default.PageBytesMax);
        Assert.True(constrained.QueueBytesMax < ResourceProfile.Default.QueueBytesMax);
        Assert.True(constrained.StoreCacheKiB < ResourceProfile.Default.StoreCacheKiB);
        Assert.True(constrained.CompressionQuality > ResourceProfile.Default.CompressionQuality);
        Assert.Null(ResourceProfile.Default.MemoryBytesMax);
    }

    [Fact]
    public void Windows_is_constrained_unless_the_app_says_otherwise() => Assert.Same(
        OperatingSystem.IsWindows() ? ResourceProfile.Constrained : ResourceProfile.Default, ResourceProfile.ForThisMachine);

    [Fact]
    public void What_options_say_wins_over_the_profile_before_and_after_it()
    {
        SyncOptions options = Configure(sync => sync
            .Configure(o => o.PageBytesMax = 1024 * 1024)
            .UseProfile(ResourceProfile.Constrained)
            .Configure(o => o.Workers = 2));
        Assert.Equal((1024 * 1024, 2), (options.PageBytesMax, options.Workers));
        Assert.Equal(ResourceProfile.Constrained.QueueBytesMax, options.QueueBytesMax);
        Assert.Equal(ResourceProfile.Constrained.MemoryBytesMax, options.MemoryBytesMax);
    }

    [Fact]
    public void The_last_profile_counts_and_stores_and_transports_learn_it()
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync => sync
            .UseProfile(ResourceProfile.Constrained)
            .UseProfile(ResourceProfile.Constrained with { Name = "Kiosk", MemoryBytesMax = 64 * 1024 * 1024 })
            .UseMemory());
        using ServiceProvider provider = services.BuildServiceProvider();
        ResourceProfile profile = provider.GetRequiredService<ResourceProfile>();
        Assert.Equal(("Kiosk", 64L * 1024 * 1024), (profile.Name, profile.MemoryBytesMax));
    }

    [Fact]
    public void A_limit_that_no_process_can_keep_is_refused()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => Configure(sync => sync.Configure(o => o.MemoryBytesMax = 1024)));
        Assert.Contains(nameof(SyncOptions.MemoryBytesMax), thrown.Message, StringComparison.Ordinal);
    }

    private static SyncOptions Configure(Action<OrdoSyncBuilder> configure)
    {
        SyncOptions? seen = null;
        new ServiceCollection().AddOrdoSync(sync =>
        {
            configure(sync);
            sync.Configure(options => seen = options);
        });
        return seen!;
    }
}
