import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// The horizontal pod autoscaler: what it says without metrics, and how it scales when a target tells its load.
@Suite struct AutoscalerTests {
    private static func driver(
        replicas: Int = 1, load: String? = nil, profile: ServerProfile = .kubernetes132, request: String = "500m",
        spec: String = "", least: Int = 1, most: Int = 5
    ) -> ClusterDriver {
        var driver = ClusterDriver(profile: profile)
        let annotations = load.map { #""annotations":{"simulator.flotilla/cpu":"\#($0)"},"# } ?? ""
        let resources = request.isEmpty ? "" : #","resources":{"requests":{"cpu":"\#(request)"}}"#
        driver.add(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{\(annotations)"name":"web","namespace":"svc"},
             "spec":{"replicas":\(replicas),"selector":{"matchLabels":{"app":"web"}},"template":{
              "metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i:1"\(resources)}]}}}}
            """)
        driver.add(
            """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
             "metadata":{"name":"web","namespace":"svc"},
             "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"minReplicas":\(least),
              "maxReplicas":\(most),\(spec)
              "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization",
               "averageUtilization":50}}}]}}
            """)
        return driver
    }

    private static func replicas(_ driver: ClusterDriver) -> Value? {
        driver.find("Deployment", "web")?[at: "spec", "replicas"]
    }

    @Test func withoutMetricsItSaysSoInTheServersWords() {
        var driver = Self.driver()
        driver.run(.seconds(40))
        let scaler = driver.find("HorizontalPodAutoscaler", "web")
        let why =
            "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from "
            + "resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
        #expect(driver.condition(scaler, "AbleToScale")?["reason"] == "SucceededGetScale")
        #expect(driver.condition(scaler, "ScalingActive")?["status"] == "False")
        #expect(driver.condition(scaler, "ScalingActive")?["reason"] == "FailedGetResourceMetric")
        #expect(
            driver.condition(scaler, "ScalingActive")?["message"]
                == .string("the HPA was unable to compute the replica count: \(why)"))
        #expect(driver.messages("FailedGetResourceMetric") == [why])
        #expect(
            driver.messages("FailedComputeMetricsReplicas") == [
                "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: \(why)"
            ])
        #expect(Self.replicas(driver) == 1)
    }

    @Test func aMissingTargetIsNamed() {
        var driver = Self.driver()
        driver.edit("HorizontalPodAutoscaler", "web") { $0[at: "spec", "scaleTargetRef", "name"] = "other" }
        driver.run(.seconds(40))
        #expect(
            driver.condition(driver.find("HorizontalPodAutoscaler", "web"), "AbleToScale")?["message"]
                == "the HPA controller was unable to get the target's current scale: deployments.apps \"other\" not found"
        )
    }

    @Test func itsBoundsHoldWithoutMetrics() {
        var driver = Self.driver(replicas: 1, least: 3)
        driver.run(.seconds(40))
        #expect(Self.replicas(driver) == 3)
        #expect(
            driver.messages("SuccessfulRescale") == [
                "New size: 3; reason: Current number of replicas below Spec.MinReplicas"
            ])
    }

    @Test func loadIsSharedAmongThePodsUntilItFits() {
        // 800m at half of 500m each: 3.2 pods, so four.
        var driver = Self.driver(load: "800m")
        driver.run(.seconds(120))
        let scaler = driver.find("HorizontalPodAutoscaler", "web")
        #expect(Self.replicas(driver) == 4)
        #expect(driver.condition(scaler, "ScalingActive")?["reason"] == "ValidMetricFound")
        #expect(driver.condition(scaler, "AbleToScale")?["reason"] == "ReadyForNewScale")
        #expect(
            scaler?[at: "status", "currentMetrics"]?[0]?[at: "resource", "current", "averageUtilization"] == 40)
        #expect(
            driver.messages("SuccessfulRescale").first
                == "New size: 4; reason: cpu resource utilization (percentage of request) above target")

        // What grew goes down again only when five minutes asked for less.
        driver.edit("Deployment", "web") { $0[at: "metadata", "annotations", "simulator.flotilla/cpu"] = "100m" }
        driver.run(.seconds(120))
        #expect(Self.replicas(driver) == 4)
        #expect(
            driver.condition(driver.find("HorizontalPodAutoscaler", "web"), "AbleToScale")?["reason"]
                == "ScaleDownStabilized")
        driver.run(.seconds(300))
        #expect(Self.replicas(driver) == 1)
        #expect(driver.messages("SuccessfulRescale").last == "New size: 1; reason: All metrics below target")
    }

    @Test func itGrowsNoFartherThanItsMaximum() {
        var driver = Self.driver(load: "9")
        driver.run(.seconds(120))
        let limited = driver.condition(driver.find("HorizontalPodAutoscaler", "web"), "ScalingLimited")
        #expect(Self.replicas(driver) == 5)
        #expect(limited?["status"] == "True")
        #expect(limited?["reason"] == "TooManyReplicas")
    }

    @Test func aBehaviourSlowsItDown() {
        let one = #"{"type":"Pods","value":1,"periodSeconds":60}"#
        var driver = Self.driver(load: "2", spec: #""behavior":{"scaleUp":{"policies":[\#(one)]}},"#)
        driver.run(.seconds(50))
        #expect(Self.replicas(driver) == 2)
        #expect(
            driver.condition(driver.find("HorizontalPodAutoscaler", "web"), "ScalingLimited")?["reason"]
                == "ScaleUpLimit")
        driver.run(.seconds(300))
        #expect(Self.replicas(driver) == 5)
    }

    @Test(arguments: [
        (ServerProfile.kubernetes125, "missing request for cpu"),
        (.kubernetes132, "missing request for cpu in container c of Pod web-"),
    ])
    func podsWithoutARequestHaveNoShare(profile: ServerProfile, text: String) {
        var driver = Self.driver(load: "1", profile: profile, request: "")
        driver.run(.seconds(40))
        #expect(driver.messages("FailedGetResourceMetric").contains { $0.contains(text) })
    }

    @Test func nothingIsScaledFromZero() {
        var driver = Self.driver(replicas: 0, load: "1")
        driver.run(.seconds(40))
        #expect(Self.replicas(driver) == 0)
        #expect(
            driver.condition(driver.find("HorizontalPodAutoscaler", "web"), "ScalingActive")?["reason"]
                == "ScalingDisabled")
    }
}
