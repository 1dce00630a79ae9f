using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Observability.Tests.Hosting;

namespace Ordo.Sync.Observability.Tests;

public sealed class TraceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task One_trace_shows_device_hub_and_database()
    {
        var spans = new SpanList();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(SyncTelemetry.ActivitySourceName)
            .AddInMemoryExporter(spans)
            .Build();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), hub.Address);
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        (await device.Engine.SyncAsync()).ThrowIfFailed();

        // The hub's span ends after its answer has left.
        Activity push = await spans.FindAsync("ordo.sync.hub.push", Patience);
        Activity[] all = [.. spans.All.Where(span => span.TraceId == push.TraceId)];
        Activity ParentOf(Activity span) => all.Single(other => other.SpanId == span.ParentSpanId);
        Activity request = ParentOf(push);
        Activity session = ParentOf(request);
        Activity sync = ParentOf(session);
        Assert.Equal("ordo.sync.push", request.OperationName);
        Assert.Equal("ordo.sync.session", session.OperationName);
        Assert.Equal("ordo.sync.sync", sync.OperationName);
        Assert.Equal(default, sync.ParentSpanId);
        Assert.Equal(ActivityKind.Client, request.Kind);
        Assert.Equal(ActivityKind.Server, push.Kind);
        Assert.Equal(ObservedDevice.ScopeName, session.GetTagItem("ordo.sync.scope"));
        Assert.Equal(
            ["ordo.sync.apply", "ordo.sync.commit"],
            all.Where(span => span.ParentSpanId == push.SpanId).Select(span => span.OperationName).Order());
        Assert.Contains(all, span => span.OperationName == "ordo.sync.commit" && span.ParentSpanId == session.SpanId);
    }

    [Fact]
    public async Task What_a_sync_is_part_of_is_its_parent_and_what_a_hub_refuses_is_an_error()
    {
        var spans = new SpanList();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(SyncTelemetry.ActivitySourceName)
            .AddSource("app")
            .AddInMemoryExporter(spans)
            .Build();
        using var app = new ActivitySource("app");
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), new Uri(hub.Address, "/nothing"));
        Activity button;
        using (button = app.StartActivity("button")!)
        {
            await device.Engine.SyncAsync();
        }

        Activity sync = await spans.FindAsync("ordo.sync.sync", Patience);
        Activity hello = await spans.FindAsync("ordo.sync.hello", Patience);
        Assert.Equal(button.SpanId, sync.ParentSpanId);
        Assert.Equal(ActivityStatusCode.Error, hello.Status);
        Assert.Equal("NotFound", hello.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_verification_shows_its_round_trips()
    {
        var spans = new SpanList();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(SyncTelemetry.ActivitySourceName)
            .AddInMemoryExporter(spans)
            .Build();
        using var reader = new MeterReading();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), hub.Address);
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        Assert.True((await device.Engine.VerifyAsync()).IsSound);

        Activity hubs = await spans.FindAsync("ordo.sync.hub.reconcile", Patience);
        Activity request = await spans.FindAsync("ordo.sync.reconcile", Patience);
        Assert.Equal(request.SpanId, hubs.ParentSpanId);
        Assert.Equal(ObservedDevice.ScopeName, request.GetTagItem("ordo.sync.scope"));
        Assert.Contains(
            ("ordo.sync.operation=reconcile", 1), MeterReading.PointsOf(reader.Read()["ordo.sync.request.duration"]));
    }

    [Fact]
    public async Task Writes_are_no_part_of_what_opened_the_engine()
    {
        using var app = new ActivitySource("app");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "app",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var store = new ContextSpy();
        await using var device = new ObservedDevice(
            _folder.File("device.db"), hub: null, configure: sync => sync.UseStructuredStore(_ => store));
        using (app.StartActivity("start"))
        {
            await device.Engine.OpenAsync();
        }

        store.IsWatching = true;
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        Assert.Null(store.Seen);
        Assert.True(store.HasLooked);
    }

    public void Dispose() => _folder.Dispose();
}
