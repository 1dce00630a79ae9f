using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Processes;

/// <summary>
/// What the children of these tests run: this assembly started again with a task in its environment. A hub prints its address,
/// then each chunk as it begins to come; a device prints its progress, and what it has moved at the end.
/// </summary>
internal static class ChildProgram
{
    public const string TaskVariable = "ORDO_BLOBS_CHILD_TASK";
    public const string FolderVariable = "ORDO_BLOBS_CHILD_FOLDER";
    public const string HubVariable = "ORDO_BLOBS_CHILD_HUB";
    public const string FileVariable = "ORDO_BLOBS_CHILD_FILE";
    public const string DamageVariable = "ORDO_BLOBS_CHILD_DAMAGE";
    public const string Scope = "course/AAA-2013J";

    private static readonly Lock Printing = new();

    /// <summary>Runs the task of a child; <see langword="null"/> where this process is none.</summary>
    public static async Task<int?> RunAsync() => Environment.GetEnvironmentVariable(TaskVariable) switch
    {
        null or "" => null,
        "hub" => await RunHubAsync(),
        { } task => await RunDeviceAsync(task),
    };

    private static async Task<int> RunHubAsync()
    {
        string folder = Setting(FolderVariable);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Setting(HubVariable));
        builder.Logging.ClearProviders();
        builder.Services.AddOrdoSyncHub(hub =>
        {
            hub.UseSqlite($"Data Source={Path.Combine(folder, "hub.db")}");
            hub.UseFileSystemBlobs(Path.Combine(folder, "blobs"), options => options.FreeBytesMin = 0);
        });
        await using WebApplication app = builder.Build();
        int damages = int.Parse(Environment.GetEnvironmentVariable(DamageVariable) ?? "0", CultureInfo.InvariantCulture);
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.Value!.EndsWith("/blobs/chunk", StringComparison.Ordinal))
            {
                Print($"{context.Request.Method} {context.Request.Query["index"]} {context.Request.ContentLength ?? 0}");
                if (context.Request.Method == "GET" && Interlocked.Decrement(ref damages) >= 0)
                {
                    context.Response.Body = new DamagingStream(context.Response.Body);
                }
            }

            await next(context);
            PrintPeak();
        });
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        Print($"{app.Urls.First()}/sync");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<int> RunDeviceAsync(string task)
    {
        string folder = Setting(FolderVariable);
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={Path.Combine(folder, "device.db")}");
            sync.UseHttp(new Uri(Setting(HubVariable)));
            sync.UseFileSystemBlobs(Path.Combine(folder, "blobs"), options => options.FreeBytesMin = 0);
            sync.Collection<Handout>("handouts");
            sync.Subscribe(Scope);
            sync.SyncManually();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        ISyncEngine engine = provider.GetRequiredService<ISyncEngine>();
        try
        {
            await (task == "upload" ? UploadAsync(engine) : DownloadAsync(engine));
            return 0;
        }
        catch (SyncException exception)
        {
            Print($"failed {exception.Code} {exception.Message}");
            return 1;
        }
    }

    private static async Task UploadAsync(ISyncEngine engine)
    {
        var handouts = engine.Scope(Scope).Collection<Handout>("handouts");
        if (await handouts.GetAsync("video") is null)
        {
            await using FileStream file = File.OpenRead(Setting(FileVariable));
            BlobRef imported = await engine.Blobs.ImportAsync(file);
            await handouts.PutAsync("video", new Handout { Title = "video", File = imported });
        }

        Print($"imported");
        (await UntilReachedAsync(() => engine.SyncAsync().AsTask(), report => report.Error)).ThrowIfFailed();
        BlobSyncReport done = await UntilReachedAsync(
            () => engine.Blobs.SyncAsync(new Printed()).AsTask(), report => report.Error);
        done.ThrowIfFailed();
        PrintPeak();
        Print($"done {done.BytesSent}");
    }

    private static async Task DownloadAsync(ISyncEngine engine)
    {
        (await UntilReachedAsync(() => engine.SyncAsync().AsTask(), report => report.Error)).ThrowIfFailed();
        BlobRef video = (await engine.Scope(Scope).Collection<Handout>("handouts").GetAsync("video"))!.Value!.File!;
        await UntilReachedAsync(
            async () =>
            {
                try
                {
                    await engine.Blobs.DownloadAsync(video.Id, new Printed());
                    return (SyncException?)null;
                }
                catch (SyncException exception)
                {
                    return exception;
                }
            },
            exception => exception is { Code: SyncErrorCode.Unreachable or SyncErrorCode.Timeout } ? exception : null,
            ThrowIfAny);
        await using Stream content = await engine.Blobs.OpenReadAsync(video.Id);
        Print($"content {Convert.ToHexStringLower(await SHA256.HashDataAsync(content))} {content.Length}");
        PrintPeak();
        Print($"done 0");
    }

    // A hub that is killed comes back: the device goes on by itself.
    private static async Task<T> UntilReachedAsync<T>(
        Func<Task<T>> run, Func<T, SyncException?> error, Action<T>? check = null)
    {
        while (true)
        {
            T result = await run();
            if (error(result) is not { IsTransient: true })
            {
                check?.Invoke(result);
                return result;
            }

            await Task.Delay(100);
        }
    }

    private static void ThrowIfAny(SyncException? exception)
    {
        if (exception is not null)
        {
            throw exception;
        }
    }

    private static void PrintPeak()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        Print($"rss {self.PeakWorkingSet64}");
        Print($"heap {GC.GetGCMemoryInfo().TotalCommittedBytes}");
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set.");

    private static void Print(FormattableString line)
    {
        lock (Printing)
        {
            Console.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }

    private sealed class Printed : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value) => Print($"progress {value.BytesDone} {value.BytesTotal}");
    }
}
